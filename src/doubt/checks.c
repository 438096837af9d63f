/* The checks, in the order of the report. */
#include "doubt/private.h"

extern const struct doubt_check ho_doubt__baselines;
extern const struct doubt_check ho_doubt__shuffled;
extern const struct doubt_check ho_doubt__noise;
extern const struct doubt_check ho_doubt__enough;
extern const struct doubt_check ho_doubt__leaks;
extern const struct doubt_check ho_doubt__groups;
extern const struct doubt_check ho_doubt__time;
extern const struct doubt_check ho_doubt__giveaways;
extern const struct doubt_check ho_doubt__calibration;
extern const struct doubt_check ho_doubt__promise;
extern const struct doubt_check ho_doubt__slices;
extern const struct doubt_check ho_doubt__invariance;
extern const struct doubt_check ho_doubt__directions;
extern const struct doubt_check ho_doubt__stability;
extern const struct doubt_check ho_doubt__novel;

/* clang-format off */
const struct doubt_check *const ho_doubt__checks[] = {
    &ho_doubt__baselines,
    &ho_doubt__shuffled,
    &ho_doubt__noise,
    &ho_doubt__enough,
    &ho_doubt__leaks,
    &ho_doubt__groups,
    &ho_doubt__time,
    &ho_doubt__giveaways,
    &ho_doubt__calibration,
    &ho_doubt__promise,
    &ho_doubt__slices,
    &ho_doubt__invariance,
    &ho_doubt__directions,
    &ho_doubt__stability,
    &ho_doubt__novel,
};
/* clang-format on */
const size_t ho_doubt__n_checks = sizeof ho_doubt__checks / sizeof ho_doubt__checks[0];
