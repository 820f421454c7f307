# What the headers say by their layout, in Doxygen's terms. The number of lines stays what it is.

# "ERROR_SOMETHING  cause" under a @retval is an item of a list; lines indented further continue it. Several codes may
# share a cause, over several lines.
/^ \*           *((ERROR_[A-Z_]+|0)([ ,]|$)|the (other )?codes )/ {
  text = $0
  sub(/^ \* */, "", text)
  if (match(text, /^(ERROR_[A-Z_]+|0)(, ERROR_[A-Z_]+)*,?  +/)) {
    codes = substr(text, 1, RLENGTH)
    sub(/ +$/, "", codes)
    text = codes ": " substr(text, RLENGTH + 1)
  }
  print (shared ? " *     " : " *   - ") text
  shared = text ~ /,$/
  next
}
{ shared = 0 }

# How a call may be used, and where its rule comes from, are sections of their own.
/^ \* Blocking(:|, )/ { sub(/Blocking/, "@remark Blocking") }
/^ \* Rule: / { sub(/Rule/, "@note Rule") }

# The plain name of a call stands for one of two.
/^#define Rt[A-Za-z]+ Rt[A-Za-z]+[AW]$/ {
  both = substr($3, 1, length($3) - 1)
  print "/** " both "A, or with UNICODE " both "W. */ " $0
  next
}

# A comment above several constants without a blank line between them is meant for all of them.
/^#define / {
  name = $2
  print (first == "" || documented ? "" : "/** See " first ". */ ") $0
  if (documented) first = name
  documented = 0
  next
}
/^$/ { first = "" }
{
  documented = /\*\/$/
  print
}
