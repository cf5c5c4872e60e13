# Completion of ropc for elvish. ropc itself says what may follow; where it says that files may, elvish completes them.
use str
set edit:completion:arg-completer[ropc] = {|@words|
  var dashes = 0
  while (and (< $dashes (count $words)) (not-eq $words[$dashes] '--')) {
    set dashes = (+ 1 $dashes)
  }
  if (< (+ 1 $dashes) (count $words)) {
    # Behind `--` another program begins.
    edit:complete-sudo (all $words[$dashes..])
  } else {
    var found = [((external $words[0]) complete -- $@words 2>/dev/null | from-lines)]
    for line $found {
      var value help = (str:split "\t" $line)
      if (eq $value '') {
        edit:complete-filename $words[-1]
      } else {
        edit:complex-candidate $value &code-suffix=' ' &display=$value'  '$help
      }
    }
  }
}
