/** The hidden command that a supervisor in the background runs; its argument is what to supervise, as JSON. */
export const SUPERVISE = 'supervise';
