import { applyApi } from '../api/apply-api.ts';
import { type Loading, loadDocuments } from '../documents/load-documents.ts';
import { differenceLines } from '../plan/plan-lines.ts';
import { paintFor } from '../terminal/style.ts';
import { UserError } from '../user-error.ts';

/** As diff(1) ends when there is a difference. */
const DIFFERENT = 1;

/** Whether there is a difference is not known. */
class TroubleError extends UserError {
  /** As diff(1) ends then. */
  override readonly exitCode = 2;
}

/** Prints in what the fleet is otherwise than documents say, down to the rules of nodes. Ends with 0 when in nothing, 1 when in something, 2 in trouble. */
export async function diff(options: Loading): Promise<void> {
  try {
    const planned = await (await applyApi(options.state)).plan({ documents: await loadDocuments(options), removed: [] });
    const lines = differenceLines(planned, paintFor(process.stdout));
    if (lines.length === 0) return;
    console.log(lines.join('\n'));
    process.exitCode = DIFFERENT;
  } catch (error) {
    const { errorChain } = await import('@weft/telemetry');
    throw new TroubleError(errorChain(error), { cause: error });
  }
}
