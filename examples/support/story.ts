/** A story is a few headings, and a line for each thing that happens. */
export const chapter = (title: string): void => console.log(`\n${title}`);

export const tell = (line: string): void => console.log(`  ${line}`);
