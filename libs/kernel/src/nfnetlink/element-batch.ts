import type { NftCommand } from '../nft/table.ts';
import type { Step } from '../step.ts';
import { elementWriter } from './element.ts';
import { MessageWriter } from './message-writer.ts';

/** Types of messages (nfnetlink.h; enum nf_tables_msg_types behind NFNL_SUBSYS_NFTABLES). */
const [BATCH_BEGIN, BATCH_END, NFTABLES] = [0x10, 0x11, 10];
const [NEW_ELEMENTS, DELETE_ELEMENTS] = [(NFTABLES << 8) | 12, (NFTABLES << 8) | 14];

/** Flags of messages (netlink.h). The last message of elements asks for an answer, which comes when all is done: without one the kernel speaks of errors only. */
const [REQUEST, ACKNOWLEDGE, CREATE] = [1, 4, 0x400];

/** Numbers of families (socket.h). */
const FAMILY = { ip: 2, ip6: 10 } as const;

/** What a message of elements has (enum nft_set_elem_list_attributes). */
const [TABLE, SET, ELEMENTS] = [1, 2, 3];

/** The length of an attribute is told in 16 bits; an element of ours takes some 400 bytes at the most. */
const ELEMENTS_BYTES_MAX = 60_000;

/** In bytes; twice as much the kernel takes at once (nfnetlink-relay). What is longer is left to nft. */
const BATCH_MAX = 4 * 1024 * 1024;

type NftStep = Extract<Step, { tool: 'nft' }>;

/** Elements that come into one set or map, or go. */
interface Elements {
  readonly into: string;
  readonly come: boolean;
  readonly elements: readonly (readonly [key: string, data: string | null])[];
}

const bare = (keys: readonly string[]) => keys.map((key) => [key, null] as const);

/** What a command says of elements; null: it is about something else. */
function elementsOf(command: NftCommand): Elements | null {
  switch (command.do) {
    case 'add-elements':
      return { into: command.set, come: true, elements: bare(command.elements) };
    case 'delete-elements':
      return { into: command.set, come: false, elements: bare(command.elements) };
    case 'add-map-elements':
      return { into: command.map, come: true, elements: command.elements };
    case 'delete-map-elements':
      return { into: command.map, come: false, elements: bare(command.keys) };
    default:
      return null;
  }
}

/** Writes the messages that elements take; returns where the last of them begins. Null: they have something that is not known here. */
function writeElements(out: MessageWriter, { family, table, types }: NftStep, { into, come, elements }: Elements): number | null {
  const type = types?.get(into);
  const write = type === undefined ? null : elementWriter(type, come);
  if (write === null || elements.length === 0) return null;
  for (let next = 0; ; ) {
    const message = out.openMessage(come ? NEW_ELEMENTS : DELETE_ELEMENTS, come ? REQUEST | CREATE : REQUEST, FAMILY[family], 0);
    out.text(TABLE, table);
    out.text(SET, into);
    const list = out.openNested(ELEMENTS);
    for (; next < elements.length && out.length - list < ELEMENTS_BYTES_MAX; next += 1) {
      const [key = '', data = null] = elements[next] ?? [];
      if (!write(out, key, data)) return null;
    }
    out.close(list);
    out.closeMessage(message);
    if (next === elements.length) return message;
  }
}

/**
 * The batch of netlink messages that does what a transaction's text for nft does: all of it or nothing (nf_tables_api.c). Null where it does more than bring and take single elements of
 * sets and maps whose types are known: that is said in nft's words only.
 */
export function elementBatch(step: NftStep): Buffer | null {
  const out = new MessageWriter();
  out.closeMessage(out.openMessage(BATCH_BEGIN, REQUEST, 0, NFTABLES));
  let last: number | null = null;
  for (const command of step.commands) {
    const said = elementsOf(command);
    last = said === null ? null : writeElements(out, step, said);
    if (last === null) return null;
  }
  if (last === null) return null;
  out.flag(last, ACKNOWLEDGE);
  out.closeMessage(out.openMessage(BATCH_END, REQUEST, 0, NFTABLES));
  return out.length > BATCH_MAX ? null : out.written;
}
