/** Whether what a host's function returned is an `err`. By shape and not by class: a host may have a neverthrow of its own. */
export const isErr = (value: unknown): value is { readonly error: unknown } =>
  typeof value === "object" &&
  value !== null &&
  "isErr" in value &&
  typeof value.isErr === "function" &&
  (value as { isErr: () => unknown }).isErr() === true &&
  "error" in value;
