/** As section 3.1.3.2 of the HTTP binding has it: everything but printable ASCII, and of that the space, quotes and percent signs. */
export const encodeHeaderValue = (value: string): string =>
  // Half a surrogate pair has no UTF-8 form, and `encodeURIComponent` would throw.
  value.replace(/\p{Surrogate}/gu, "\uFFFD").replace(/[^\x21-\x7E]|["%]/gu, encodeURIComponent);

/** One round, and leniently: many senders do not encode, so what is no encoded text is taken as it stands. */
export const decodeHeaderValue = (value: string): string =>
  value.replace(/(?:%[\dA-F]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
