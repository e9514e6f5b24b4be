// Writes docs/bot4.schema.json and the tables of docs/configuration.md from the settings' schema.
// Usage: npm run build && node scripts/write-config-docs.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { schemaDocument, settingsDocument } from '../dist/app/config-documents.js';

const MARKER = '<!-- Below this line: written by scripts/write-config-docs.mjs -->\n';
const docs = (name) => new URL(`../docs/${name}`, import.meta.url);

writeFileSync(docs('bot4.schema.json'), schemaDocument());
const page = readFileSync(docs('configuration.md'), 'utf8');
const [prose] = page.split(MARKER);
writeFileSync(docs('configuration.md'), `${prose}${MARKER}\n${settingsDocument()}`);
