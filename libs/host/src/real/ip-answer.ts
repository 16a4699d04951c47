/**
 * How an ip that reads a batch from a pipe is made to say that it is done with the lines before: after them comes a word that is none of its objects. Its complaint names the
 * word, with a number that is new each time; it costs no question to the kernel, and comes behind the complaints about the lines before because it comes the same way.
 */
export const pastLines = (question: number): string => `)${question}`;

/** Where the complaint about the word begins, with which a text ends; -1: it does not. */
function complaintIn(text: string, question: number): number {
  const complaint = `Object "${pastLines(question)}" is unknown, try "ip help".\n`;
  const at = text.lastIndexOf(complaint);
  return at >= 0 && /^Command failed -:\d+\n$/.test(text.slice(at + complaint.length)) ? at : -1;
}

/** True when the text ends with the complaint about the word. */
export function isDone(text: string, question: number): boolean {
  return complaintIn(text, question) >= 0;
}

/** What ip said about the lines themselves; empty: they were all carried out. */
export function errorsBefore(text: string, question: number): string {
  return text.slice(0, complaintIn(text, question));
}
