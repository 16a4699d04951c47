import { styleText } from 'node:util';

/** How a text is set off. */
export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** A function that sets texts off, or leaves them alone where nobody sees colours. */
export type Paint = (style: Style, text: string) => string;

/** Colours on a terminal and plain text everywhere else; NO_COLOR (no-color.org) turns them off, FORCE_COLOR on. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (style, text) =>
    styleText(style, text, { stream });
