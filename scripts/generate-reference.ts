import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { referenceFiles } from './reference-files.js';
import { withRights } from './rights-section.js';

const folder = new URL('../docs/reference/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, content] of referenceFiles()) writeFileSync(new URL(name, folder), content);

const security = new URL('../docs/security.md', import.meta.url);
writeFileSync(security, withRights(readFileSync(security, 'utf8')));
