/* The checks, in the order of the report. A check that one would read first stands first. */
#include "doubt/private.h"

extern const struct doubt_check ho_doubt__promise, ho_doubt__calibration;
extern const struct doubt_check ho_doubt__invariance, ho_doubt__novel, ho_doubt__stability;

const struct doubt_check *const ho_doubt__checks[] = {
    &ho_doubt__promise,
    &ho_doubt__calibration,
    &ho_doubt__invariance,
    &ho_doubt__novel,
    &ho_doubt__stability,
};
const size_t ho_doubt__n_checks = sizeof ho_doubt__checks / sizeof ho_doubt__checks[0];
