import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { testApp } from '../app.ts';

const { call } = await testApp();

const folder = new URL('../../docs/monitoring/', import.meta.url);

test.each(['grafana-dashboard.json', 'alerts.yaml'])('%s asks for metrics that there are', async (file) => {
  const { text } = await call('GET', '//metrics');
  const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const asked = [
    ...readFileSync(new URL(file, folder), 'utf8').matchAll(/\b(?:daymark|nodejs|process)_[a-z0-9_]+/g),
  ].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(asked.length).toBeGreaterThan(5);
  for (const name of asked) expect(known).toContain(name);
});
