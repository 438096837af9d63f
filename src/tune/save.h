/** A network's encoder as a folder that Hugging Face's transformers, sentence-transformers and this program read. */
#ifndef HO_TUNE_SAVE_H
#define HO_TUNE_SAVE_H

#include "tune/network.h"

/**
 * Write model.safetensors (F32, the names of the source; tensors that the encoder does not use are copied as they are)
 * and copy settings and tokeniser from `source`, the folder that the network was read from.
 *
 * @param folder  a folder that is there, empty or with what an earlier call left.
 * @return HO_OK; HO_EIO; HO_EFORMAT the source has changed meanwhile; HO_ENOMEM. On failure files may be left behind.
 */
HO_MUST_CHECK enum ho_status ho_network_save(const struct ho_network *network, const char *source, const char *folder,
                                             struct ho_error *err);

#endif
