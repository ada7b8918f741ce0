// Outputs of two models in the standard interpreter on the same random bytes: every one must be equal.
//   node same.cjs A.tflite B.tflite INPUT_BYTES
'use strict';
const { start, isInstalled } = require('./litert.cjs');

async function main(a, b, bytes) {
  if (!isInstalled()) { console.log('the standard interpreter is not installed (./dev setup)'); process.exit(77); }
  const litert = await start(), first = await litert.load(a), second = await litert.load(b);
  let state = 1, equal = 0;
  const samples = 10;
  for (let s = 0; s < samples; ++s) {
    const input = Buffer.alloc(bytes);
    for (let i = 0; i < bytes; ++i) { state = (Math.imul(state, 1103515245) + 12345) >>> 0; input[i] = state >>> 16; }
    if (Buffer.from(first(input)).equals(Buffer.from(second(input)))) ++equal;
  }
  console.log(`${equal} of ${samples} outputs are equal in LiteRT`);
  process.exit(equal === samples ? 0 : 1);
}
main(process.argv[2], process.argv[3], +process.argv[4]).catch((e) => { console.error(e); process.exit(1); });
