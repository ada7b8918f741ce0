// Random programs, every value an output: each layer whose inputs are equal in mote and in the standard interpreter
// must have equal outputs, or outputs within one step where that interpreter requantizes in another arithmetic.
//   node random.cjs FOLDER       (written by random_test with MOTE_WRITE_PROGRAMS=FOLDER)
'use strict';
const fs = require('fs');
const path = require('path');
const { start, isInstalled } = require('./litert.cjs');

const moves = ['max_pool2d', 'avg_pool2d', 'reshape', 'pad', 'transpose', 'concatenation', 'split', 'pack', 'unpack', 'strided_slice', 'relu6'];
const tables = ['softmax', 'hard_swish'];  // logistic and tanh: a float table there, fixed point in TensorFlow Lite Micro
const exact = { int8: new Set([...moves, ...tables]), int16: new Set([...moves, 'logistic', 'tanh', 'conv2d', 'depthwise_conv2d']) };
exact.uint8 = exact.int8;  // an output that a QUANTIZE turned
const reader = { int8: 'readInt8', uint8: 'readUInt8', int16: 'readInt16LE' };

async function main(folder) {
  if (!isInstalled()) { console.log('the standard interpreter is not installed (./dev setup)'); process.exit(77); }
  const litert = await start();
  const stats = new Map();
  let programs = 0, failed = 0;
  for (const line of fs.readFileSync(path.join(folder, 'index.tsv'), 'utf8').trim().split('\n')) {
    const [name, inBytes, outBytes] = line.split('\t');
    const input = fs.readFileSync(path.join(folder, name + '.in')), ours = fs.readFileSync(path.join(folder, name + '.out'));
    const layers = fs.readFileSync(path.join(folder, name + '.tsv'), 'utf8').trim().split('\n').map((l) => {
      const [op, inputs, outputs] = l.split('\t');
      return { op, inputs: inputs.split(',').filter(Boolean).map(Number), outputs: outputs.split(',').filter(Boolean).map((o) => { const [at, bytes, type] = o.split(':'); return { at: +at, bytes: +bytes, type }; }) };
    });
    const all = layers.flatMap((l) => l.outputs);
    all.sort((a, b) => a.at - b.at);
    let offset = 0;
    for (const o of all) { o.offset = offset; offset += o.bytes; }
    const byPosition = new Map(all.map((o) => [o.at, o]));
    const run = await litert.load(path.join(folder, name + '.tflite'));
    ++programs;
    for (let s = 0; s < input.length / inBytes; ++s) {
      const theirs = run(input.subarray(s * inBytes, (s + 1) * inBytes)), mine = ours.subarray(s * outBytes, (s + 1) * outBytes);
      if (theirs.length !== mine.length) throw new Error(`${name}: ${theirs.length} bytes, expected ${mine.length}`);
      const equal = (o) => theirs.subarray(o.offset, o.offset + o.bytes).equals(mine.subarray(o.offset, o.offset + o.bytes));
      for (const l of layers) {
        for (const o of l.outputs) {
          const key = l.op + (o.type === 'int8' ? '' : ' ' + o.type);
          if (!stats.has(key)) stats.set(key, { compared: 0, skipped: 0, values: 0, differ: 0, most: 0, bound: exact[o.type].has(l.op) ? 0 : 1 });
          const stat = stats.get(key);
          if (!l.inputs.every((i) => i < 0 || equal(byPosition.get(i)))) { ++stat.skipped; continue; }
          ++stat.compared;
          const width = o.type === 'int16' ? 2 : 1;
          for (let i = o.offset; i < o.offset + o.bytes; i += width) {
            const value = (bytes) => bytes[reader[o.type]](i), d = Math.abs(value(mine) - value(theirs));
            ++stat.values;
            if (d) ++stat.differ;
            if (d > stat.bound) { ++failed; if (failed < 20) console.log(`FAIL ${name} sample ${s} ${l.op} ${o.type}: ${value(mine)}, LiteRT ${value(theirs)}`); }
            stat.most = Math.max(stat.most, d);
          }
        }
      }
    }
  }
  for (const [key, s] of [...stats].sort()) console.log(`${key}: ${s.compared} outputs compared (${s.skipped} had other inputs), ${s.differ} of ${s.values} values differ, most ${s.most} (bound ${s.bound})`);
  console.log(`${programs} random programs, ${stats.size} kinds of layer, ${failed} failures`);
  process.exit(failed || !programs ? 1 : 0);
}
main(process.argv[2]).catch((e) => { console.error(e); process.exit(1); });
