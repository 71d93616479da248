import { escaped } from "./escaped.js";
import { oneLine } from "./presentable.js";
import type { EmailContent, Paragraph } from "./templates.js";

/** One content, twice: as text and as HTML. */
export interface LaidOut {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const LONGEST_SUBJECT = 200;

/** Lays an e-mail out. Nothing in it is loaded from anywhere, and nothing tells when it is read. */
export function layOut({ subject, greeting, paragraphs, closing }: EmailContent, locale: string): LaidOut {
  const title = [...oneLine(subject)].slice(0, LONGEST_SUBJECT).join("");
  const all: readonly Paragraph[] = [greeting, ...paragraphs, closing];
  return { subject: title, text: `${all.map(inText).join("\n\n")}\n`, html: page(title, all.map(inHtml).join("\n"), locale) };
}

/** 1234 5678: groups of four can be kept in mind from one window to another. */
const grouped = (code: string): string => code.replace(/(?<=\d)(?=(?:\d{4})+$)/g, " ");

function inText(paragraph: Paragraph): string {
  if (typeof paragraph === "string") return paragraph;
  return "code" in paragraph ? `    ${grouped(paragraph.code)}` : `${paragraph.label}:\n${paragraph.link}`;
}

function inHtml(paragraph: Paragraph): string {
  if (typeof paragraph === "string") return `<p style="${P}">${escaped(paragraph)}</p>`;
  if ("code" in paragraph) return `<p style="${CODE}">${escaped(grouped(paragraph.code))}</p>`;
  const [link, label] = [escaped(paragraph.link), escaped(paragraph.label)];
  // The address is there to be read, and for those whose program shows no links.
  return `<p style="${P}"><a href="${link}" style="${BUTTON}">${label}</a></p>\n<p style="${SMALL}">${link}</p>`;
}

const P = "margin:0 0 16px";
const CODE = "margin:0 0 16px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:28px;font-weight:bold;letter-spacing:2px";
const BUTTON = "display:inline-block;padding:12px 20px;border-radius:6px;background:#1f2937;color:#ffffff;text-decoration:none";
const SMALL = "margin:0 0 16px;font-size:13px;color:#4b5563;word-break:break-all";
const BODY = "margin:0;padding:24px;background:#ffffff;color:#111827;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";

const page = (title: string, body: string, locale: string): string => `<!doctype html>
<html lang="${escaped(locale)}" dir="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
</head>
<body style="${BODY}">
<div style="max-width:560px;margin:0 auto">
${body}
</div>
</body>
</html>
`;
