/** What a line of an `ip`, `bridge` or `sysctl` batch is made of: names, addresses, numbers. Nothing that ends a line or begins a comment. */
const LINE = /^[A-Za-z0-9 .:/_=-]+$/;

/** Lines joined to the text of a batch, newline at the end. Throws RangeError for a line that could be read as anything else. */
export function batchText(lines: readonly string[]): string {
  for (const line of lines) if (!LINE.test(line)) throw new RangeError(`not a line of a batch: ${JSON.stringify(line)}`);
  return lines.map((line) => `${line}\n`).join('');
}
