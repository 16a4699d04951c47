/**
 * How an interactive nft is made to say that it is done with a transaction: after its line comes a word that no command of nft's begins with. The error for it names
 * the word on a line of its own, which no line of ours is; it costs no question to the kernel, and it comes behind the transaction's own errors
 * because it comes the same way. nft writes the place of an error character by character, so it is at the word's first.
 */
export const doneWord = (transaction: number): string => `)${transaction}`;

/** Where the complaint about the word begins, with which a text ends; -1: it does not. */
function complaintIn(text: string, word: string): number {
  const marked = `\n${word}\n^\n`;
  if (!text.endsWith(marked)) return -1;
  const start = text.lastIndexOf('\n', text.length - marked.length - 1) + 1;
  return text.startsWith('Error: syntax error, ', start) ? start : -1;
}

/** True when the text ends with the complaint about the word. */
export function isDone(text: string, word: string): boolean {
  return complaintIn(text, word) >= 0;
}

/** Characters of a command that are shown around the place that an error points at. */
const AROUND = 60;

/** The line of a transaction is long, and nft repeats it in each error: what is shown of it is the part that the marks below point at. */
function aroundMarks(line: string, marks: string): string[] {
  const from = Math.max(0, marks.indexOf('^') - AROUND);
  const to = marks.length + AROUND;
  return [line.slice(from, to), marks.slice(from)];
}

/** What nft said about the transaction itself; empty: it was carried out. */
export function errorsBefore(text: string, word: string): string {
  const lines = text.slice(0, complaintIn(text, word)).trimEnd().split('\n');
  return lines
    .flatMap((line, at) => {
      const [below = '', above = ''] = [lines[at + 1], lines[at - 1]];
      const isMarks = (text: string) => /^ *\^[ ^~-]*$/.test(text);
      if (isMarks(line)) return aroundMarks(above, line).slice(1);
      return isMarks(below) ? aroundMarks(line, below).slice(0, 1) : [line];
    })
    .join('\n');
}
