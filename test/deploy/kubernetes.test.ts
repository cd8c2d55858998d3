import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { variables } from '../../src/config/variables.ts';
import { testApp } from '../app.ts';
import { read, secondsToEnd } from './files.ts';

const { call } = await testApp();
const documents = parseAllDocuments(read('deploy/kubernetes.yaml'));
const objects = Object.fromEntries(documents.map((each) => [String(each.get('kind')), each.toJS()]));
const models = { ConfigMap, Deployment, PodDisruptionBudget, Secret, Service };
const pod = objects['Deployment'].spec.template.spec;
const [server] = pod.containers;

test.each(Object.entries(models))('the %s is one by its schema', (kind, Model) => {
  expect(documents.flatMap((each) => [...each.errors, ...each.warnings])).toEqual([]);
  expect(Object.keys(objects).sort()).toEqual(Object.keys(models));
  new Model(objects[kind]).validate();
  expect(() => new Model({ ...objects[kind], metadata: { labels: 1 } }).validate()).toThrow();
});

test('what is asked for health answers, and the port is the server’s', async () => {
  const asked = [server.readinessProbe, server.livenessProbe].map(({ httpGet }) => httpGet);
  expect(asked).toEqual([
    { path: '/readyz', port: 'http' },
    { path: '/livez', port: 'http' },
  ]);
  for (const { path } of asked) expect((await call('GET', `/${path}`)).status).toBe(200);
  expect(server.ports).toEqual([{ name: 'http', containerPort: Number(variables.PORT.fallback) }]);
  expect(objects['Service'].spec.ports[0].targetPort).toBe('http');
});

test('the Service and the budget mean the pods of the Deployment', () => {
  const { labels } = objects['Deployment'].spec.template.metadata;
  const { spec } = objects['Deployment'];
  expect(spec.selector.matchLabels).toEqual(labels);
  expect(objects['Service'].spec.selector).toEqual(labels);
  expect(objects['PodDisruptionBudget'].spec.selector.matchLabels).toEqual(labels);
  expect(objects['PodDisruptionBudget'].spec.minAvailable).toBeLessThan(spec.replicas);
});

test('settings are ones that there are, and secrets lie in the Secret', () => {
  const settings = { ...objects['ConfigMap'].data, ...objects['Secret'].stringData };
  for (const name of Object.keys(settings)) expect(variables).toHaveProperty(name);
  const secrets = Object.entries(variables).filter(([, { isSecret }]) => isSecret);
  for (const [name] of secrets) expect(objects['ConfigMap'].data).not.toHaveProperty(name);
  const sources = server.envFrom.map(
    (each: Record<string, { name: string }>) => (each['configMapRef'] ?? each['secretRef'])?.name,
  );
  expect(sources).toEqual([objects['ConfigMap'].metadata.name, objects['Secret'].metadata.name]);
});

test('a replica is taken out of the Service before it ends, and has the time to end', () => {
  const before = server.lifecycle.preStop.sleep.seconds;
  expect(before).toBeGreaterThan(0);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(before + secondsToEnd);
});

test('the container may do nothing but serve', () => {
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
  expect(server.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(read('Dockerfile')).toContain('USER 65532:65532');
});
