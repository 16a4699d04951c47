import { isNftText } from '../nft/text.ts';
import { writerOf } from './element-value.ts';
import type { MessageWriter } from './message-writer.ts';

/** An element of a list, and what it has (enum nft_set_elem_attributes). */
const ELEMENT = 1;
const [KEY, DATA, NOTES] = [1, 2, 6];

/** A comment among the notes of an element, of which the kernel reads nothing (libnftnl, NFTNL_UDATA_SET_ELEM_COMMENT). */
const COMMENT = 0;

/** Where the comment of an element begins that is part of its key, and what is behind the comment. */
const [COMMENT_BEGINS, COMMENT_ENDS] = [' comment "', '"'];

/** Writes one element; false: it has something that is not known here, and what was written is nothing. `data` is null for a set, and for what goes: of that the key is enough. */
export type WriteElement = (out: MessageWriter, key: string, data: string | null) => boolean;

/** A key as it is listed, and the comment that it may have. */
function parted(text: string): { readonly key: string; readonly comment: string | null } {
  const at = text.indexOf(COMMENT_BEGINS);
  return at < 0
    ? { key: text, comment: null }
    : { key: text.slice(0, at), comment: text.slice(at + COMMENT_BEGINS.length, -COMMENT_ENDS.length) };
}

function writeComment(out: MessageWriter, comment: string): boolean {
  if (!isNftText('comment', comment)) return false;
  const notes = out.open(NOTES);
  out.byte(COMMENT);
  out.byte(comment.length + 1);
  out.zeroEnded(comment);
  out.close(notes);
  return true;
}

/** What writes elements of a set or map of a type, such as `ipv4_addr . inet_service : verdict`, that come or go; null: of such none is known here. */
export function elementWriter(type: string, come: boolean): WriteElement | null {
  const [keyType = '', dataType] = type.split(' : ');
  const writeKey = writerOf(keyType);
  const writeData = dataType === undefined || !come ? null : writerOf(dataType);
  if (writeKey === null || (come && dataType !== undefined && writeData === null)) return null;
  return (out, text, data) => {
    if ((data === null) !== (writeData === null)) return false;
    const { key, comment } = parted(text);
    const element = out.openNested(ELEMENT);
    const keyed = out.openNested(KEY);
    if (!writeKey(out, key)) return false;
    out.close(keyed);
    if (writeData !== null && data !== null) {
      const value = out.openNested(DATA);
      if (!writeData(out, data)) return false;
      out.close(value);
    }
    if (come && comment !== null && !writeComment(out, comment)) return false;
    out.close(element);
    return true;
  };
}
