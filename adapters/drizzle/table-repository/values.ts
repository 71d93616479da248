import { is } from "drizzle-orm";
import { PgArray } from "drizzle-orm/pg-core";
import type { PgColumn } from "drizzle-orm/pg-core";

const UUID = /^\{?[0-9a-f]{4}(-?[0-9a-f]{4}){7}\}?$/i;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$|^(NaN|[+-]?Infinity)$/i;
const NO_TEXT = /\0|\p{Surrogate}/u;

/** Whole numbers, by the type of column: from the negative of this to one less. */
const WHOLE: Readonly<Record<string, number>> = {
  PgSmallInt: 2 ** 15,
  PgSmallSerial: 2 ** 15,
  PgInteger: 2 ** 31,
  PgSerial: 2 ** 31,
  PgBigInt53: 2 ** 53,
  PgBigSerial53: 2 ** 53,
};

// Years of four digits: others are written differently by JavaScript and PostgreSQL.
const [EARLIEST, END] = [Date.parse("0001-01-01T00:00:00Z"), Date.UTC(10_000, 0)];

/** Whether a column can have such a value, not null, as far as that is known before the database is asked. */
export function accepts(column: PgColumn, value: unknown): boolean {
  const { dataType, columnType, enumValues } = column;
  const whole = WHOLE[columnType];
  switch (dataType) {
    case "string":
      if (typeof value !== "string" || NO_TEXT.test(value)) return false;
      if (columnType === "PgUUID") return UUID.test(value);
      if (columnType === "PgNumeric") return DECIMAL.test(value);
      return enumValues === undefined || enumValues.length === 0 || enumValues.includes(value);
    case "number":
      return typeof value === "number" && (whole === undefined || (Number.isInteger(value) && value >= -whole && value < whole));
    case "bigint":
      return typeof value === "bigint" && (!/64$/.test(columnType) || BigInt.asIntN(64, value) === value);
    case "boolean":
      return typeof value === "boolean";
    case "date":
      return value instanceof Date && value.getTime() >= EARLIEST && value.getTime() < END;
    case "array":
      // Drizzle writes whatever is in it as text.
      return Array.isArray(value) && (!is(column, PgArray) || value.every((item) => item === null || accepts(column.baseColumn, item)));
    case "json":
      return JSON.stringify(value) !== undefined;
    default:
      // A custom type's own functions say, when they are called.
      return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
  }
}

const INSTANT = /^(-?infinity|\d{4,6}-[01]\d-[0-3]\d( [012]\d:[0-5]\d:[0-5]\d(\.\d{1,6})?([+-]\d\d(:\d\d){0,2})?)?( BC)?)$/;

/** The same of the text that PostgreSQL writes a column's value as. */
export function acceptsText(column: PgColumn, text: string): boolean {
  if (NO_TEXT.test(text)) return false;
  if (/^Pg(Date|Timestamp)/.test(column.columnType)) return INSTANT.test(text);
  if (column.dataType === "boolean") return text === "true" || text === "false";
  if (column.dataType === "bigint") return /^-?\d{1,40}$/.test(text) && accepts(column, BigInt(text));
  if (column.dataType === "number") return column.columnType in WHOLE ? accepts(column, wholeIn(text)) : DECIMAL.test(text);
  return column.dataType !== "string" || accepts(column, text);
}

const wholeIn = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : NaN);
