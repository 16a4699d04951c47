/** A number of 32 bits written as an address, as what is looked up together with addresses and ports has to be: nft has no word for a plain number in a map's type. */
export function asAddress(number: number): string {
  return [24, 16, 8, 0].map((bits) => (number >>> bits) & 255).join('.');
}
