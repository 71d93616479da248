/**
 * Asks the API. Answers `{ ok, body }`, where the body of a failure is a problem (RFC 9457). Never throws: to be offline is an answer.
 */
export async function ask(method, path, { body, token } = {}) {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { ok: response.ok, body: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return { ok: false, body: { code: "offline", title: "The server cannot be reached. Try again in a moment." } };
  }
}
