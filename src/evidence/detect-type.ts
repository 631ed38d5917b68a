/** What may be stored as evidence, by content: photos, scans, office files. No text, no markup, nothing that runs. */
export const EVIDENCE_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];

const EXTENSIONS: Readonly<Record<EvidenceType, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'application/pdf': ['pdf'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
};

const startsWith = (bytes: Buffer, text: string, at = 0) =>
  bytes.subarray(at, at + text.length).toString('latin1') === text;

/** The type that the content itself shows; undefined for every other. The name and the sender's word count for nothing. */
export function detectType(bytes: Buffer): EvidenceType | undefined {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'image/jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  if (startsWith(bytes, '%PDF-')) return 'application/pdf';
  if (startsWith(bytes, 'PK\x03\x04')) return officeTypeOf(bytes);
  return undefined;
}

/** The end of the right extension: a name must not promise another type than the content is. */
export function extensionsOf(type: EvidenceType): readonly string[] {
  return EXTENSIONS[type];
}

/** By the entries that the zip's directory names; one with macros is refused. */
function officeTypeOf(bytes: Buffer): EvidenceType | undefined {
  const names = bytes.toString('latin1');
  if (!names.includes('[Content_Types].xml') || names.includes('vbaProject.bin')) return undefined;
  if (names.includes('word/document.xml'))
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  if (names.includes('xl/workbook.xml'))
    return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return undefined;
}
