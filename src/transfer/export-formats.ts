/** What an account can be taken along as. */
export const exportFormats = ['daymark', 'csv', 'markdown'] as const;

export type ExportFormat = (typeof exportFormats)[number];
