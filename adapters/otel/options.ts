import { metrics, trace } from "@opentelemetry/api";
import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { ConfigurationError } from "denizen";
import { configured } from "denizen/ports";

export interface OtelOptions {
  /** Makes the spans. The one that is registered globally by default, also where that happens later. */
  readonly tracerProvider?: TracerProvider;
  /** Makes the counters and histograms. The one that is registered globally by default, also where that happens later. */
  readonly meterProvider?: MeterProvider;
  /** Name of the instrumentation scope, 1 to 255 characters: `denizen` by default. */
  readonly name?: string;
}

export interface Settings {
  readonly tracers: () => TracerProvider;
  readonly meters: () => MeterProvider;
  readonly name: string;
}

const KNOWN: readonly string[] = ["tracerProvider", "meterProvider", "name"];

/** Fills in the defaults. Throws one `ConfigurationError` that names every problem; `further` options are the caller's. */
export const settingsOf = (what: string, options: OtelOptions, further: readonly string[] = []): Settings =>
  configured(what, () => {
    if (typeof options !== "object" || options === null) throw new ConfigurationError([`${what}: the options must be an object`]);
    const { tracerProvider, meterProvider, name = "denizen" } = options;
    const problems = [
      ...Object.keys(options)
        .filter((option) => !KNOWN.includes(option) && !further.includes(option))
        .map((option) => `${what}: there is no option ${JSON.stringify(option)}`),
      ...(makes(tracerProvider, "getTracer") ? [] : [`${what}: tracerProvider must be a TracerProvider of @opentelemetry/api`]),
      ...(makes(meterProvider, "getMeter") ? [] : [`${what}: meterProvider must be a MeterProvider of @opentelemetry/api`]),
      ...(typeof name === "string" && name.length >= 1 && name.length <= 255
        ? []
        : [`${what}: name must be a text of 1 to 255 characters`]),
    ];
    if (problems.length > 0) throw new ConfigurationError(problems);
    return { tracers: () => tracerProvider ?? trace.getTracerProvider(), meters: () => meterProvider ?? metrics.getMeterProvider(), name };
  });

const makes = (provider: unknown, method: string): boolean =>
  provider === undefined || (typeof provider === "object" && provider !== null && typeof Reflect.get(provider, method) === "function");
