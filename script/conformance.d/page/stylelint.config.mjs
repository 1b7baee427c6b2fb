// Sticky rows of tables, the part of css-sticky that Chrome 90 lacks, are not used.
export default {
  plugins: ["stylelint-no-unsupported-browser-features"],
  rules: {"plugin/no-unsupported-browser-features": [true, {ignorePartialSupport: true, ignore: ["css-sticky"]}]},
};
