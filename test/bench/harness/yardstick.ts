import { newPerson } from "../subjects/subject.js";

const document = JSON.stringify(Array.from({ length: 5 }, () => ({ ...newPerson(), at: "2026-01-01T00:00:00.000Z" })));

/** Work that every machine knows: what is measured beside it can be compared with another machine's. */
export const copyJson = (): Promise<unknown> => Promise.resolve(JSON.stringify(JSON.parse(document)));

export const COPY = `a JSON copy of ${document.length} characters`;
