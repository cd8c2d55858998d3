import { test } from 'vitest';
import { transferApp } from '../transfer/world.ts';
import { thereAndBack } from '../transfer/there-and-back.ts';
import { isLong } from './form.ts';

const server = await transferApp();

// Every run of the tests does the same with 500.
test.runIf(isLong)(
  '10,000 entries as strange as the contract allows come back member for member [long form]',
  () => thereAndBack(server, 10_000),
  300_000,
);
