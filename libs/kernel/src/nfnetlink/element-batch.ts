import type { NftCommand } from '../nft/table.ts';
import { isNftText } from '../nft/text.ts';
import type { Step } from '../step.ts';
import { writerOf } from './element-value.ts';
import { MessageWriter } from './message-writer.ts';

/** Types of messages (nfnetlink.h; enum nf_tables_msg_types behind NFNL_SUBSYS_NFTABLES). */
const [BATCH_BEGIN, BATCH_END, NFTABLES] = [0x10, 0x11, 10];
const [NEW_ELEMENTS, DELETE_ELEMENTS] = [(NFTABLES << 8) | 12, (NFTABLES << 8) | 14];

/** Flags of messages (netlink.h). The last message of elements asks for an answer, which comes when all is done: without one the kernel speaks of errors only. */
const [REQUEST, ACKNOWLEDGE, CREATE] = [1, 4, 0x400];

/** Numbers of families (socket.h). */
const FAMILY = { ip: 2, ip6: 10 } as const;

/** What a message of elements has (enum nft_set_elem_list_attributes), and what an element has (enum nft_set_elem_attributes). */
const [TABLE, SET, ELEMENTS, ELEMENT] = [1, 2, 3, 1];
const [KEY, DATA, NOTES] = [1, 2, 6];

/** A comment among the notes of an element, of which the kernel reads nothing (libnftnl, NFTNL_UDATA_SET_ELEM_COMMENT). */
const COMMENT = 0;

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

/** Where the comment of an element begins that is part of its key, and what is behind the comment. */
const [COMMENT_BEGINS, COMMENT_ENDS] = [' comment "', '"'];

/** Writes elements of one type; false: some are nothing that is known here. */
function writeElements(out: MessageWriter, type: string, { come, elements }: Elements, begin: () => { end: () => void }): boolean {
  const [keyType = '', dataType] = type.split(' : ');
  const writeKey = writerOf(keyType);
  const writeData = dataType === undefined ? null : writerOf(dataType);
  if (writeKey === null || elements.length === 0) return false;
  let [from, message] = [out.length, begin()];
  for (const [text, data] of elements) {
    if (out.length - from > ELEMENTS_BYTES_MAX) {
      message.end();
      [from, message] = [out.length, begin()];
    }
    const at = text.indexOf(COMMENT_BEGINS);
    const element = out.openNested(ELEMENT);
    const key = out.openNested(KEY);
    if (!writeKey(out, at < 0 ? text : text.slice(0, at))) return false;
    out.close(key);
    // Of what goes the key is enough.
    if (come) {
      if ((data === null) !== (dataType === undefined)) return false;
      if (data !== null) {
        const value = out.openNested(DATA);
        if (writeData === null || !writeData(out, data)) return false;
        out.close(value);
      }
      if (at >= 0 && !writeComment(out, text.slice(at + COMMENT_BEGINS.length, -COMMENT_ENDS.length))) return false;
    }
    out.close(element);
  }
  message.end();
  return true;
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

/**
 * The batch of netlink messages that does what a transaction's text for nft does: all of it or nothing (nf_tables_api.c). Null where it does more than bring and take single elements of
 * sets and maps whose types are known: that is said in nft's words only.
 */
export function elementBatch({ family, table, commands, types }: NftStep): Buffer | null {
  const out = new MessageWriter();
  out.closeMessage(out.openMessage(BATCH_BEGIN, REQUEST, 0, NFTABLES));
  let last: number | null = null;
  for (const command of commands) {
    const said = elementsOf(command);
    const type = said === null ? undefined : types?.get(said.into);
    if (said === null || type === undefined) return null;
    const begin = () => {
      const message = out.openMessage(
        said.come ? NEW_ELEMENTS : DELETE_ELEMENTS,
        said.come ? REQUEST | CREATE : REQUEST,
        FAMILY[family],
        0,
      );
      last = message;
      out.text(TABLE, table);
      out.text(SET, said.into);
      const list = out.openNested(ELEMENTS);
      return {
        end: () => {
          out.close(list);
          out.closeMessage(message);
        },
      };
    };
    if (!writeElements(out, type, said, begin)) return null;
  }
  if (last === null) return null;
  out.flag(last, ACKNOWLEDGE);
  out.closeMessage(out.openMessage(BATCH_END, REQUEST, 0, NFTABLES));
  return out.length > BATCH_MAX ? null : out.written;
}
