const KEY = 'weft-token';

/** The token of this tab: it is gone when the tab is closed, is not shared with others and is in no address. */
export const storedToken = {
  read: (): string | null => sessionStorage.getItem(KEY),
  keep: (token: string): void => sessionStorage.setItem(KEY, token),
  forget: (): void => sessionStorage.removeItem(KEY),
};
