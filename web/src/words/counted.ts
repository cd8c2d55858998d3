// Counts as words, in the number format of the browser's locale.
export const entries = (count: number) =>
  count === 1 ? '1 entry' : `${new Intl.NumberFormat().format(count)} entries`;
export const days = (count: number) =>
  count === 1 ? '1 day' : `${new Intl.NumberFormat().format(count)} days`;
export const percent = (share: number) =>
  new Intl.NumberFormat(undefined, { style: 'percent' }).format(share);
