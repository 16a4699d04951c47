import { CredentialFile } from '../../src/identity/credential-file.ts';
import { newReceiptKey } from '../../src/identity/receipt-key.ts';

/** The credential of a node that joined and need not renew it for a long time. */
export const CREDENTIAL = {
  node: { id: 'node_n1', name: 'n1' },
  token: 'weft_node_secret',
  renewAt: Number.MAX_SAFE_INTEGER,
  redis: null,
  receiptKey: newReceiptKey(Date.now()),
};

/** Puts it where an executor looks for it. */
export const leaveCredential = (path: string): Promise<void> => new CredentialFile(path).write(CREDENTIAL);
