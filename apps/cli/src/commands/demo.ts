/** Shows everything, end to end, on this machine. */
export async function demo(options: { readonly exit: boolean }): Promise<void> {
  console.log(options);
}
