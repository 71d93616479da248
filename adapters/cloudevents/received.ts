import { decodeHeaderValue } from "./header-value.js";

/** Headers by lower-case name. Of several values the first counts; what is neither a text nor a number has none. */
export function headersOf(headers: unknown): Readonly<Record<string, string>> {
  if (typeof headers !== "object" || headers === null) return {};
  const entries: Iterable<unknown> = Symbol.iterator in headers ? (headers as Iterable<unknown>) : Object.entries(headers);
  const read = [...entries].flatMap((entry) => {
    const [name, values] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
    const value: unknown = Array.isArray(values) ? values[0] : values;
    return typeof name === "string" && (typeof value === "string" || typeof value === "number")
      ? [[name.toLowerCase(), String(value)]]
      : [];
  });
  return Object.fromEntries(read.map(([name = "", value = ""]) => [name, name.startsWith("ce-") ? decodeHeaderValue(value) : value]));
}

/** The text of a body; undefined when it is neither text nor bytes. */
export function textOf(body: unknown): string | undefined {
  if (typeof body === "string") return body;
  if (body instanceof ArrayBuffer || body instanceof Uint8Array) return new TextDecoder("utf-8", { fatal: true }).decode(body);
  return undefined;
}
