import { isSpanContextValid } from "@opentelemetry/api";
import type { SpanContext } from "@opentelemetry/api";

/** https://www.w3.org/TR/trace-context/#traceparent-header; undefined for what is no span or none that is valid. */
export const traceparentOf = (span: SpanContext | undefined): string | undefined =>
  span === undefined || !isSpanContextValid(span)
    ? undefined
    : `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, "0")}`;

/** The span that it names, of another process. Of later versions of the format only what this one has is read. */
export function spanContextOf(traceparent: unknown): SpanContext | undefined {
  const read = typeof traceparent === "string" ? TRACEPARENT.exec(traceparent)?.groups : undefined;
  if (read === undefined) return undefined;
  const { traceId = "", spanId = "", flags = "", version, more } = read;
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return (version === "00" && more !== undefined) || !isSpanContextValid(span) ? undefined : span;
}

const TRACEPARENT = /^(?<version>(?!ff)[0-9a-f]{2})-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<more>-.*)?$/;
