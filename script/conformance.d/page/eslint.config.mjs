// What browsers of Kylin and UOS do not know is an error; which these are stands in package.json.
import compat from "eslint-plugin-compat";

export default [compat.configs["flat/recommended"], {
  languageOptions: {ecmaVersion: 2021, sourceType: "module"},
  rules: {"no-unused-vars": "error", "no-eval": "error", "no-implied-eval": "error"},
}];
