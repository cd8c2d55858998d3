/** What can be brought, by the names that the contract gives. */
export const formatNames = ['daymark', 'csv', 'daylio', 'dayone', 'journiv', 'jrnl', 'sqlite'] as const;

export type FormatName = (typeof formatNames)[number];
