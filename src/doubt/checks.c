/* The checks, in the order of the report. */
#include "doubt/private.h"

extern const struct doubt_check ho_doubt__baselines, ho_doubt__shuffled, ho_doubt__leaks, ho_doubt__groups,
    ho_doubt__time, ho_doubt__calibration, ho_doubt__promise;
extern const struct doubt_check ho_doubt__slices, ho_doubt__invariance, ho_doubt__directions, ho_doubt__novel,
    ho_doubt__stability;

const struct doubt_check *const ho_doubt__checks[] = {
    &ho_doubt__baselines, &ho_doubt__shuffled,    &ho_doubt__leaks,   &ho_doubt__groups,
    &ho_doubt__time,      &ho_doubt__calibration, &ho_doubt__promise,
    &ho_doubt__slices,    &ho_doubt__invariance,  &ho_doubt__directions,
    &ho_doubt__stability, &ho_doubt__novel,
};
const size_t ho_doubt__n_checks = sizeof ho_doubt__checks / sizeof ho_doubt__checks[0];
