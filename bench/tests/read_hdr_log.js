// Prints tag, count, maximum and 99th percentile of each histogram of a log, as hdr-histogram-js reads it.
const { readFileSync } = require("fs");
const { HistogramLogReader } = require("hdr-histogram-js");

const reader = new HistogramLogReader(readFileSync(process.argv[2], "utf8"));
for (let each = reader.nextIntervalHistogram(); each; each = reader.nextIntervalHistogram()) {
  console.log(each.tag, each.totalCount, each.maxValue, each.getValueAtPercentile(99));
}
