// Sums while one types, from the identities of the edition; what counts is what the program says after it.

// Figures, signs and commas of a Chinese keyboard as those of any.
export function halfWidth(text) {
  return text.replace(/[０-９，．＋－]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0xfee0));
}

export function figure(text) {
  const plain = text.trim().replace(/[，,\s]/g, "").replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

const round = (value) => Math.round(value * 1e6) / 1e6;

function side(terms, values) {
  let sum = 0;
  for (const cell of terms.reduce((all, term) => all.concat(term), [])) {
    if (values[cell] === null || values[cell] === undefined) return null;
    sum += values[cell];
  }
  return round(sum);
}

// Fill in the totals that were left out, totals of totals too; return their values by cell.
export function totals(equations, values, given) {
  const found = {};
  for (let again = true; again;) {
    again = false;
    for (const one of equations) {
      const cell = one.left[0][0];
      if (!one.total || one.left.length !== 1 || one.left[0].length !== 1 || given[cell] || values[cell] !== null) continue;
      const sum = side(one.right, values);
      if (sum !== null) {
        values[cell] = found[cell] = sum;
        again = true;
      }
    }
  }
  return found;
}

export function broken(equations, values) {
  return equations.map((one) => ({...one, left_sum: side(one.left, values), right_sum: side(one.right, values)}))
    .filter((one) => one.left_sum !== null && one.right_sum !== null && one.left_sum !== one.right_sum)
    .map((one) => ({...one, difference: round(one.left_sum - one.right_sum)}));
}
