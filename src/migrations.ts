/** Where the migrations lie: beside the sources and beside what is built from them alike. */
export const migrations = new URL('../migrations/', import.meta.url);
