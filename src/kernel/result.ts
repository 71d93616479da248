/**
 * neverthrow, without `safeTry`: that one abandons its generator on the first `err`, so nothing declared with
 * `await using`, `using` or `finally` inside it ever runs. Use `attempt`.
 */
export {
  Err,
  Ok,
  Result,
  ResultAsync,
  err,
  errAsync,
  fromAsyncThrowable,
  fromPromise,
  fromSafePromise,
  fromThrowable,
  ok,
  okAsync,
} from "neverthrow";
