import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript';

// The web app knows the server only through its contract: these are the contract's shapes as types.
// Written anew before each check and never kept, so that they cannot be out of date.
const contract = execFileSync(process.execPath, ['--import', 'tsx', 'src/main.ts', 'openapi'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
mkdirSync('web/types', { recursive: true });
writeFileSync('web/types/api.d.ts', astToString(await openapiTypes(JSON.parse(contract) as OpenAPI3)));
