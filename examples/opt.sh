# Passes on the text form of the IR: the two additions become one, the product that nobody reads goes. Then T0 runs the function.
set -e
$AOTC opt --pass=fold,dce add.ir
$AOTC opt --run add.ir
