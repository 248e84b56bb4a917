/* libyaml's event parser, as Debian ships it. */
#pragma once
#include <yaml.h>
