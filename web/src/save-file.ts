import type { InputOf } from './api/client.js';

/** Offers a file for saving, as a link to it would. */
export function saveFile(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // Not at once: the browser has to take it up first.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Where an operation answers in several formats, the client names the first: what came is a page as text, or a file. */
export function toBlob(answer: unknown): Blob {
  return answer instanceof Blob ? answer : new Blob([String(answer)], { type: 'text/html;charset=utf-8' });
}

type EvidenceType = InputOf<'addAlertEvidence'>['raw']['contentType'];

/** The service looks at the content itself; what is no evidence it refuses in words. */
export function toEvidenceType(file: Blob): EvidenceType {
  return (file.type || 'application/octet-stream') as EvidenceType;
}
